// node load.mjs MODEL.onnx [unpack]: seconds and memory that onnxruntime-node takes to load a model; with unpack, decoded by signet.js.
import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-node';
import { unpackModel } from './signet.js';

const [, , file, unpack] = process.argv;
const start = performance.now(), used = process.cpuUsage();
let bytes = new Uint8Array(readFileSync(file));
if (unpack) {
  bytes = unpackModel(bytes);
}
const decoded = performance.now();
await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
const end = performance.now(), { user, system } = process.cpuUsage(used);
console.log(JSON.stringify({
  file, decode: unpack ? (decoded - start) / 1000 : 0, seconds: (end - start) / 1000, cpu: (user + system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
}));
