import { connect } from '@nats-io/transport-node';

// Answers each message of the subject `bench.echo` with itself: NATS alone, in a process of its own.
const connection = await connect({ servers: process.argv[2] ?? '' });
connection.subscribe('bench.echo', {
  queue: 'bench',
  callback: (_, message) => void message.respond(message.data),
});
await connection.flush();
process.send?.('ready');
