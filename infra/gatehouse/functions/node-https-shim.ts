// Stands in for `node:https` in bundles, for the reason that `node-http-shim.ts` gives.

const https = process.getBuiltinModule('node:https');

// biome-ignore lint/style/noDefaultExport: importers of the builtin may ask for its default export.
export default https;
export const { Agent, Server, createServer, get, globalAgent, request } = https;
