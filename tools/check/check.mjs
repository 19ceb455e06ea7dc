// node check.mjs FOLDER onnxruntime-node|onnxruntime-web JOB: one job of check.py in JavaScript; FOLDER has node_modules.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unpackModel } from '../../examples/web/signet.js';

const [, , folder, name, text] = process.argv;
const job = JSON.parse(text);
const require = createRequire(pathToFileURL(join(resolve(folder), 'here.js')));
const ort = require(name);
const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json')));
const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array,
  float16: Uint16Array };
const options = name === 'onnxruntime-web' ? { executionProviders: ['wasm'], logSeverityLevel: 3 } : { logSeverityLevel: 3 };
if (name === 'onnxruntime-web') ort.env.wasm.numThreads = 1;

const run = async (bytes, feeds) => {
  const session = await ort.InferenceSession.create(bytes, options);
  const results = await session.run(feeds);
  return session.outputNames.map(output => results[output]);
};
const digest = tensors => {
  const hash = createHash('sha256');
  tensors.forEach(({ data }) => hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  return hash.digest('hex');
};
const result = { runtime: `${name} ${version}` };
if (job.weights) {
  const bytes = new Uint8Array(readFileSync(job.weights));
  result.weights = digest(await run(bytes, {}));
  result.decoded = digest(await run(unpackModel(bytes), {}));
}
const feeds = Object.fromEntries(job.inputs.map(({ name: input, type, dims, file }) => {
  const bytes = readFileSync(file), Kind = arrays[type];
  const data = new Kind(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return [input, new ort.Tensor(type, data, dims)];
}));
result.outputs = (await run(new Uint8Array(readFileSync(job.model)), feeds)).map(({ data }, i) => {
  writeFileSync(`${job.out}.${i}`, new Uint8Array(Float64Array.from(data, Number).buffer));
  return `${job.out}.${i}`;
});
console.log(JSON.stringify(result));
