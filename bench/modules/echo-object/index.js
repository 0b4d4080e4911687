export default (pkg) => pkg.input;
