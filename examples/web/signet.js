// Decodes a packed model of Signet: packed ONNX bytes in, float ONNX bytes out, the same to the bit as in ONNX Runtime.
// docs/format.md describes what is read here. No dependencies; for browsers, Node and workers.

const DOMAIN = 'dev.signet';
const NAME = /^MultiBitWeight(?:B\d)?([XD]?)([FC]?)(R?)(G?)([TU]?)(S?)(N?)(H?)$/;
const text = new TextDecoder();
const fail = why => { throw new Error(`signet: ${why}`); };

/** The fields of a protobuf message: [number, value, start, end], where a value is a number or the bytes of what is inside. */
function fields(bytes) {
  const found = [];
  let at = 0;
  const varint = () => {
    let value = 0, scale = 1, byte;
    do {
      if (at >= bytes.length || scale > 2 ** 63) fail('the file is cut off');
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  };
  while (at < bytes.length) {
    const start = at, key = varint();
    let value;
    if (key % 8 === 0) value = varint();
    else {
      const size = key % 8 === 2 ? varint() : key % 8 === 5 ? 4 : key % 8 === 1 ? 8 : fail('this is no ONNX file');
      if (at + size > bytes.length) fail('the file is cut off');
      value = bytes.subarray(at, at += size);
    }
    found.push([Math.floor(key / 8), value, start, at]);
  }
  return found;
}
const all = (message, number) => message.filter(f => f[0] === number).map(f => f[1]);
const one = (message, number) => all(message, number).at(-1);
const string = (message, number) => text.decode(one(message, number) ?? new Uint8Array());
/** Repeated integers, each by itself or many in one field. */
const integers = (message, number) => all(message, number).flatMap(value =>
  typeof value === 'number' ? [value] : fields(Uint8Array.from([...value].flatMap((byte, i, list) =>
    i === 0 || list[i - 1] < 128 ? [8, byte] : [byte]))).map(f => f[1]));

function half(bits) {
  const exponent = bits >> 10 & 31, fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 32768 ? -size : size;
}

function tensor(bytes) {
  const message = fields(bytes), raw = one(message, 9) ?? new Uint8Array();
  return { name: string(message, 8), type: one(message, 2), dims: integers(message, 1), raw, message };
}

function floats({ type, raw, message }) {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  if (type === 10) return Float32Array.from({ length: raw.length / 2 }, (_, i) => half(view.getUint16(2 * i, true)));
  if (type === 1) return Float32Array.from({ length: raw.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  return integers(message, 7);
}

const product = list => list.reduce((a, b) => a * b, 1);

/** One code a byte. Words of 10 or 12 bits have their low bytes first and then a byte with what is above. */
function unpack(raw, bits, count) {
  const codes = new Uint8Array(count), mask = (1 << bits) - 1;
  const low = bits === 5 ? 4 : bits % 3 === 0 ? 2 : 1, high = low > 1 ? 8 / low : 0;
  const per = Math.floor((8 + high) / bits), unit = low > 1 ? low + 1 : 1;
  if (raw.length !== Math.ceil(count / (per * low)) * unit) fail('codes are not as many as their weight needs');
  for (let at = 0, u = 0; at < count; u += unit) {
    for (let i = 0; i < low; i++) {
      let word = raw[u + i] | (high ? (raw[u + low] >> i * high & (1 << high) - 1) << 8 : 0);
      for (let k = 0; k < per && at < count; k++, word >>= bits) codes[at++] = word & mask;
    }
  }
  return codes;
}

function transpose(values, shape, order) {
  const strides = shape.map((_, i) => product(shape.slice(i + 1)));
  const sizes = order.map(i => shape[i]), steps = order.map(i => strides[i]), place = sizes.map(() => 0);
  const result = new Float32Array(values.length);
  for (let to = 0, from = 0; to < result.length; to++) {
    result[to] = values[from];
    for (let i = sizes.length - 1; i >= 0; i--) {
      from += steps[i];
      if (++place[i] < sizes[i]) break;
      from -= sizes[i] * steps[i];
      place[i] = 0;
    }
  }
  return result;
}

/** The weight that a call makes. */
function decode(node, initializers) {
  const [, , rows, ragged, , order, shared, free, cast] = NAME.exec(node.op) ?? fail(`${node.op} is not known`);
  const [codes, table, scales] = node.inputs.map(name => initializers.get(name) ?? fail(`'${name}' is not stored`));
  const levels = floats(table), bits = table.dims.at(-1) - (free ? 0 : 1);
  const factors = shared ? floats(scales) : null, groups = shared ? factors.length : table.dims[0];
  const list = name => node.attributes.get(name) ?? fail(`${node.op} lacks ${name}`);
  const shape = list('shape'), stored = ragged ? product(list('matrix')) : rows === 'C' ? list('cut')[0] : product(shape);
  if (!(bits >= 1 && bits <= 8) || stored % groups || stored > 2 ** 31) fail(`${node.op} contradicts itself`);
  const chosen = unpack(codes.raw, bits, stored), size = stored / groups, matrix = new Float32Array(stored);
  const level = new Float32Array(1 << bits);
  for (let g = 0; g < groups; g++) {
    const first = shared ? 0 : g * table.dims[1];
    for (let c = 0; c < level.length; c++) {
      let sum = free ? 0 : levels[first + bits];
      for (let i = 0; i < bits; i++) sum += c >> i & 1 ? levels[first + i] : -levels[first + i];
      level[c] = shared ? sum * factors[g] : sum;
    }
    for (let j = g * size; j < (g + 1) * size; j++) matrix[j] = level[chosen[j]];
  }
  let values = matrix;
  if (ragged) {
    const [count, padded] = list('matrix'), [kept] = list('row');
    values = new Float32Array(count * kept);
    for (let r = 0; r < count; r++) values.set(matrix.subarray(r * padded, r * padded + kept), r * kept);
  }
  if (product(shape) !== values.length) fail(`${node.op} contradicts itself`);
  const permutation = order ? list('perm') : null;
  const dims = order === 'U' ? list('end') : order ? permutation.map(i => shape[i]) : shape;
  return { name: node.output, dims, values: order ? transpose(values, shape, permutation) : values,
    type: cast ? node.attributes.get('to')[0] : 1 };
}

function nodeOf(bytes) {
  const message = fields(bytes);
  return { op: string(message, 4), domain: string(message, 7), output: string(message, 2), message,
    inputs: all(message, 1).map(name => text.decode(name)) };
}

function attributes(message) {
  return new Map(all(message, 5).map(fields).map(a => {
    const t = one(a, 5);
    return [string(a, 1), t ? [...floats(tensor(t))] : one(a, 8) !== undefined ? integers(a, 8) : [one(a, 3)]];
  }));
}

const bytesOf = (type, values) => {
  if (type === 1) return new Uint8Array(values.buffer);
  if (type === 11) return new Uint8Array(Float64Array.from(values).buffer);
  const words = new Uint32Array(values.buffer);
  return new Uint8Array((type === 16 ? Uint16Array.from(words, w => w + 32767 + (w >> 16 & 1) >>> 16)
    : type === 10 ? Uint16Array.from(values, toHalf) : fail(`weights of type ${type}`)).buffer);
};

/** To the nearest, ties to even. */
function toHalf(value) {
  const sign = value < 0 || Object.is(value, -0) ? 32768 : 0, size = Math.abs(value);
  if (!(size < 65520)) return sign | 31744;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -20)));
  const steps = size * 2 ** (10 - exponent), down = Math.floor(steps), rest = steps - down;
  const rounded = down + (rest > 0.5 || (rest === 0.5 && down % 2) ? 1 : 0);
  return sign | (exponent + 14 << 10) + rounded;
}

/** A message's parts as they are written: numbers as varints, and bytes. */
function field(number, value) {
  const varint = n => { const out = []; for (; n > 127; n = Math.floor(n / 128)) out.push(n % 128 | 128); return [...out, n]; };
  if (typeof value === 'number') return [Uint8Array.from([...varint(number * 8), ...varint(value)])];
  const size = value.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varint(number * 8 + 2), ...varint(size)]), ...value];
}

const stored = w => field(5, [...w.dims.flatMap(d => field(1, d)), ...field(2, w.type),
  ...field(8, [new TextEncoder().encode(w.name)]), ...field(9, [bytesOf(w.type, w.values)])]);

/**
 * The same model with float weights.
 *
 * @param {Uint8Array} packed what `signet quantize` wrote, in one file
 * @returns {Uint8Array} a model for any runtime; `packed` itself where it has no packed weights
 */
export function unpackModel(packed) {
  const model = fields(packed), inside = one(model, 7) ?? fail('this is no ONNX file'), graph = fields(inside);
  const initializers = new Map(all(graph, 5).map(tensor).map(t => [t.name, t]));
  const nodes = all(graph, 1).map(nodeOf), isCall = node => node.domain === DOMAIN && NAME.test(node.op);
  const calls = nodes.filter(isCall);
  if (calls.length === 0) return packed;
  const gone = new Set(calls.flatMap(call => call.inputs));
  nodes.filter(node => !isCall(node)).forEach(node => node.inputs.forEach(name => gone.delete(name)));
  let node = 0;
  const body = graph.flatMap(([number, value, start, end]) => {
    const drop = number === 1 ? isCall(nodes[node++]) : number === 5 && gone.has(string(fields(value), 8));
    return drop ? [] : [inside.subarray(start, end)];
  });
  for (const call of calls) body.push(...stored(decode({ ...call, attributes: attributes(call.message) }, initializers)));
  const parts = model.flatMap(([number, value, start, end]) => {
    if (number === 7) return field(7, body);
    const own = (number === 8 && string(fields(value), 1) === DOMAIN) || (number === 25 && string(fields(value), 10) === DOMAIN);
    return own ? [] : [packed.subarray(start, end)];
  });
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
