import { GUEST_PLATFORM } from './guest-platform.js';
import { httpServer } from './main.js';

/** The http_server module in a compartment: the socket is the host's, which hands requests over. */
export default httpServer(GUEST_PLATFORM);
