import { httpServer } from './main.js';
import { NATIVE_PLATFORM } from './native-platform.js';

/** The http_server module, with a socket in its own thread. */
export default httpServer(NATIVE_PLATFORM);
