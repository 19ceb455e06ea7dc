// node unpack.mjs PACKED.onnx OUT.onnx: what 'signet convert --to float' does, without Java.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { unpackModel } from './signet.js';

const [, , from, to] = process.argv;
if (!to) {
  console.error('usage: node unpack.mjs PACKED.onnx OUT.onnx');
  process.exit(2);
}
const packed = new Uint8Array(readFileSync(from));
const start = performance.now();
// A name alone: what a model says must not lead out of its folder.
const whole = unpackModel(packed, location => new Uint8Array(readFileSync(join(dirname(from), basename(location)))));
const milliseconds = performance.now() - start;
if (whole === packed) {
  console.error(`${from}: has no packed weights of Signet`);
  process.exit(3);
}
writeFileSync(to, whole);
console.log(`${to}: ${packed.length} -> ${whole.length} bytes in ${milliseconds.toFixed(0)} ms`);
