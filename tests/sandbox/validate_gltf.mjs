// Validates each glTF or GLB file named on the command line with Khronos' validator, files beside it included.
// Prints one JSON line per file: {"file", "errors", "warnings", "messages"}. NODE_MODULES names the folder of modules.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.NODE_MODULES, 'noop.js'));
const validator = require('gltf-validator');

for (const file of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(await readFile(file)), {
    uri: path.basename(file),
    externalResourceFunction: async (uri) =>
      new Uint8Array(await readFile(path.join(path.dirname(file), decodeURIComponent(uri)))),
  });
  const { numErrors: errors, numWarnings: warnings, messages } = report.issues;
  console.log(JSON.stringify({ file, errors, warnings, messages: messages.slice(0, 20) }));
}
