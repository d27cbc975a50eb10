// Stands in for `node:http` in bundles. An ESM import of that builtin runs its getters, one of which loads undici
// (45 ms at cold start); `process.getBuiltinModule` does not (functions/README.md, "Cold start").

const http = process.getBuiltinModule('node:http');

// biome-ignore lint/style/noDefaultExport: importers of the builtin may ask for its default export.
export default http;
export const {
  Agent,
  ClientRequest,
  IncomingMessage,
  METHODS,
  STATUS_CODES,
  Server,
  ServerResponse,
  createServer,
  get,
  globalAgent,
  request,
} = http;
