export default (pkg) => pkg.input.byteLength;
