// Decodes a packed or dq model of Signet: its ONNX bytes in, float ONNX bytes out, the same to the bit as in ONNX Runtime.
// docs/format.md describes what is read here. No dependencies; for browsers, Node and workers.

const DOMAIN = 'dev.signet';
const NAME = /^MultiBitWeight([1-8])([FC]?)(R?)(G?)([TU]?)(S?)(N?)(H?)$/;
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

/** A TensorProto; what it holds may lie in a file beside the model. */
function tensor(bytes, external) {
  const message = fields(bytes), name = string(message, 8);
  let raw = one(message, 9) ?? new Uint8Array();
  if (one(message, 14) === 1) {
    const entry = new Map(all(message, 13).map(fields).map(e => [string(e, 1), string(e, 2)]));
    const file = external?.(entry.get('location')) ?? fail(`'${name}' lies in '${entry.get('location')}', which is not given`);
    const from = Number(entry.get('offset') ?? 0), size = Number(entry.get('length') ?? file.length - from);
    if (!(from >= 0 && size >= 0 && from + size <= file.length)) fail(`'${name}' is not all in '${entry.get('location')}'`);
    raw = file.subarray(from, from + size);
  }
  return { name, type: one(message, 2), dims: integers(message, 1), raw, message };
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
  const [, digit, rows, ragged, , order, shared, free, cast] = NAME.exec(node.op) ?? fail(`${node.op} is not known`);
  const [codes, table, scales] = node.inputs.map(name => initializers.get(name) ?? fail(`'${name}' is not stored`));
  const levels = floats(table), bits = Number(digit);
  const factors = shared ? floats(scales) : null, groups = shared ? factors.length : table.dims[0];
  const given = node.attributes(), list = name => given.get(name) ?? fail(`${node.op} lacks ${name}`);
  const shape = list('shape'), stored = ragged ? product(list('matrix')) : rows === 'C' ? list('cut')[0] : product(shape);
  if (table.dims.at(-1) - (free ? 0 : 1) !== bits || stored % groups || stored > 2 ** 31) fail(`${node.op} contradicts itself`);
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
    type: cast ? list('to')[0] : 1 };
}

/** Whole numbers of 8, 4 or 2 bits, the first in the lowest bits of its byte. */
const NUMBERS = new Map([[2, [8, false]], [3, [8, true]], [21, [4, false]], [22, [4, true]], [25, [2, false]], [26, [2, true]]]);

function numbers({ name, type, dims, raw, message }) {
  const [bits, signed] = NUMBERS.get(type), count = product(dims), mask = (1 << bits) - 1, per = 8 / bits;
  const bytes = raw.length === 0 ? Uint8Array.from(integers(message, 5), n => n & 255) : raw;
  if (bytes.length !== Math.ceil(count / per)) fail(`'${name}' has not as many numbers as its shape says`);
  return Int16Array.from({ length: count }, (_, i) => {
    const number = bytes[Math.floor(i / per)] >> i % per * bits & mask;
    return signed && number >> bits - 1 ? number - mask - 1 : number;
  });
}

/** Whether a node is DequantizeLinear of stored numbers with one fp32 scale, or one for each index of a dimension. */
function isLinear({ op, domain, inputs, attributes: given }, initializers) {
  if (op !== 'DequantizeLinear' || domain !== '' && domain !== 'ai.onnx') return false;
  const [values, scales, zeros] = inputs.map(name => initializers.get(name));
  return NUMBERS.has(values?.type) && scales?.type === 1 && scales.dims.length < 2 && (inputs.length < 3 || zeros?.type === values.type)
    && !given().get('block_size')?.[0];
}

/** The weight that such a node makes: (number - zero) * scale, rounded to fp32 once. */
function dequantized(node, initializers) {
  const [stored, scale, zero] = node.inputs.map(name => initializers.get(name));
  const values = numbers(stored), scales = floats(scale), zeros = zero ? numbers(zero) : new Int16Array(scales.length);
  const { dims } = stored, axis = (node.attributes().get('axis')?.[0] ?? 1) % 2 ** 32 | 0, at = axis < 0 ? axis + dims.length : axis;
  const inner = product(dims.slice(at + 1)), each = scales.length;
  if (scale.dims.length === 1 && scale.dims[0] !== 1 && scale.dims[0] !== dims[at] || zeros.length !== each) {
    fail(`the node of '${node.output}' contradicts itself`);
  }
  return { name: node.output, dims, type: 1, values: Float32Array.from(values, (value, i) => {
    const g = each === 1 ? 0 : Math.floor(i / inner) % each;
    return (value - zeros[g]) * scales[g];
  }) };
}

function nodeOf(bytes) {
  const message = fields(bytes);
  return { op: string(message, 4), domain: string(message, 7), output: string(message, 2), message,
    inputs: all(message, 1).map(name => text.decode(name)), attributes: () => attributes(message) };
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

const initializer = w => field(5, [...w.dims.flatMap(d => field(1, d)), ...field(2, w.type),
  ...field(8, [new TextEncoder().encode(w.name)]), ...field(9, [bytesOf(w.type, w.values)])]);

/** A tensor as it is, with what lay in a file beside the model. */
const inOneFile = ({ message, raw }, bytes) =>
  [...message.filter(f => f[0] !== 13 && f[0] !== 14).map(f => bytes.subarray(f[2], f[3])), ...field(9, [raw])];

/**
 * The same model with float weights.
 *
 * @param {Uint8Array} packed what `signet quantize` wrote
 * @param {(location: string) => Uint8Array} [external] gives the files that it keeps data in, by their names in the model
 * @returns {Uint8Array} a model for any runtime, in one file; `packed` itself where it has nothing to decode
 */
export function unpackModel(packed, external) {
  const model = fields(packed), body = one(model, 7) ?? fail('this is no ONNX file'), graph = fields(body);
  const initializers = new Map(all(graph, 5).map(bytes => tensor(bytes, external)).map(t => [t.name, t]));
  const nodes = all(graph, 1).map(nodeOf), isCall = node => node.domain === DOMAIN && NAME.test(node.op);
  const calls = nodes.filter(isCall), linear = calls.length ? [] : nodes.filter(node => isLinear(node, initializers));
  const decoded = new Map([...calls.map(node => [node, decode(node, initializers)]),
    ...linear.map(node => [node, dequantized(node, initializers)])]);
  if (decoded.size === 0) return packed;
  const gone = new Set([...decoded.keys()].flatMap(node => node.inputs));
  nodes.filter(node => !decoded.has(node)).forEach(node => node.inputs.forEach(name => gone.delete(name)));
  let node = 0;
  const parts = graph.flatMap(([number, value, start, end]) => {
    if (number === 1) return decoded.has(nodes[node++]) ? [] : [body.subarray(start, end)];
    if (number !== 5) return [body.subarray(start, end)];
    const stored = initializers.get(string(fields(value), 8));
    return gone.has(stored.name) ? [] : one(stored.message, 14) === 1 ? field(5, inOneFile(stored, value)) : [body.subarray(start, end)];
  });
  for (const weight of decoded.values()) parts.push(...initializer(weight));
  const written = model.flatMap(([number, value, start, end]) => {
    if (number === 7) return field(7, parts);
    const own = (number === 8 && string(fields(value), 1) === DOMAIN) || (number === 25 && string(fields(value), 10) === DOMAIN);
    return own ? [] : [packed.subarray(start, end)];
  });
  const whole = new Uint8Array(written.reduce((sum, part) => sum + part.length, 0));
  written.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
