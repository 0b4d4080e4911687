import burn from './burn.js';

export default (pkg) => burn(pkg.input);
