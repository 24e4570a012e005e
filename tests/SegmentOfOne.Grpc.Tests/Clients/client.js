// npm's @grpc/grpc-js against an echo server: node client.js HOST:PORT FOLDER_OF_PROTOS.
// Prints one line of JSON for each scenario: its name, and what went wrong or null.
'use strict';

const assert = require('assert');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [target, protos] = process.argv.slice(2);
const load = file => grpc.loadPackageDefinition(loader.loadSync(path.join(protos, file), { keepCase: true, longs: String, enums: String, oneofs: true }));
const { Echo } = load('echo.proto').echo.v1;
const { Health } = load('Protos/grpc/health/v1/health.proto').grpc.health.v1;
const v1 = load('Protos/grpc/reflection/v1/reflection.proto').grpc.reflection.v1;
const v1alpha = load('Protos/grpc/reflection/v1alpha/reflection.proto').grpc.reflection.v1alpha;
const plain = grpc.credentials.createInsecure();
const echo = new Echo(target, plain);
const within = seconds => ({ deadline: Date.now() + seconds * 1000 });

const ask = (client, method, request, { metadata = new grpc.Metadata(), options = within(60) } = {}) =>
  new Promise((answer, fail) => client[method](request, metadata, options, (error, reply) => (error ? fail(error) : answer(reply))));
const failure = promise => promise.then(() => { throw new Error('did not fail'); }, error => error);
const readAll = call => new Promise((answer, fail) => {
  const replies = [];
  call.on('data', reply => replies.push(reply)).on('end', () => answer(replies)).on('error', error => fail(Object.assign(error, { replies })));
});
const next = call => new Promise((answer, fail) => call.once('data', answer).once('error', fail));

const scenarios = {
  async unary() {
    assert.strictEqual((await ask(echo, 'Say', { text: 'héllo' })).text, 'héllo');
  },

  async server_stream() {
    const replies = await readAll(echo.Split({ times: 50 }, within(60)));
    assert.deepStrictEqual(replies.map(reply => reply.number), Array.from({ length: 50 }, (_, i) => i + 1));
  },

  async client_stream() {
    const reply = await new Promise((answer, fail) => {
      const call = echo.Join(within(60), (error, joined) => (error ? fail(error) : answer(joined)));
      ['to', 'be', 'or'].forEach(text => call.write({ text }));
      call.end();
    });
    assert.deepStrictEqual([reply.text, reply.number], ['to be or', 3]);
  },

  async duplex() {
    const call = echo.Talk(within(60));
    for (let number = 1; number <= 5; number++) {
      call.write({ text: `${number}` });
      assert.strictEqual((await next(call)).number, number);
    }
    call.end();
    await readAll(call);
  },

  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('reflect', 'abc');
    metadata.set('reflect-bin', Buffer.from([0, 255, 1]));
    const headers = await new Promise((answer, fail) =>
      echo.Say({}, metadata, within(60), error => error && fail(error)).on('metadata', answer));
    assert.deepStrictEqual(headers.get('reflect'), ['abc']);
    assert.deepStrictEqual([...headers.get('reflect-bin')[0]], [0, 255, 1]);
  },

  async each_error() {
    for (let code = 1; code <= 16; code++) {
      const error = await failure(ask(echo, 'Say', { fail_with: code, fail_detail: '100 % naïve' }));
      assert.deepStrictEqual([error.code, error.details], [code, '100 % naïve']);
      assert.deepStrictEqual([...error.metadata.get('why-bin')[0]], [1, 2, 255]);
    }
  },

  async error_after_messages() {
    const error = await failure(readAll(echo.Split({ times: 2, fail_with: 15, fail_detail: 'gone' }, within(60))));
    assert.deepStrictEqual([error.code, error.replies.length], [grpc.status.DATA_LOSS, 2]);
  },

  async deadline() {
    assert.strictEqual((await failure(ask(echo, 'Say', { hang: true }, { options: within(0.2) }))).code, grpc.status.DEADLINE_EXCEEDED);
  },

  async cancel() {
    const call = echo.Talk(within(60));
    call.write({ text: 'a' });
    assert.strictEqual((await next(call)).text, 'a');
    call.write({ text: 'b', hang: true });
    const ended = failure(readAll(call));
    call.cancel();
    assert.strictEqual((await ended).code, grpc.status.CANCELLED);
  },

  async gzip() {
    const packing = new Echo(target, plain, { 'grpc.default_compression_algorithm': 2 });
    const text = 'a'.repeat(100000);
    assert.strictEqual((await ask(packing, 'Say', { text })).text, text);
    assert.strictEqual((await readAll(packing.Split({ text, times: 3 }, within(60)))).length, 3);
    packing.close();
  },

  async unknown_compression() {
    const deflating = new Echo(target, plain, { 'grpc.default_compression_algorithm': 1 });
    assert.strictEqual((await failure(ask(deflating, 'Say', { text: 'a'.repeat(1000) }))).code, grpc.status.UNIMPLEMENTED);
    deflating.close();
  },

  async large_message() {
    const payload = Buffer.alloc(3 * 1024 * 1024);
    assert.strictEqual((await ask(echo, 'Say', { payload })).payload.length, payload.length);
  },

  async over_the_limit() {
    const error = await failure(ask(echo, 'Say', { payload: Buffer.alloc(5 * 1024 * 1024) }));
    assert.strictEqual(error.code, grpc.status.RESOURCE_EXHAUSTED);
  },

  async unknown_method() {
    const error = await failure(new Promise((answer, fail) =>
      echo.makeUnaryRequest('/echo.v1.Echo/Shout', () => Buffer.alloc(0), bytes => bytes, null, (failed, reply) => (failed ? fail(failed) : answer(reply)))));
    assert.strictEqual(error.code, grpc.status.UNIMPLEMENTED);
  },

  async malformed_message() {
    const error = await failure(new Promise((answer, fail) =>
      echo.makeUnaryRequest('/echo.v1.Echo/Say', () => Buffer.from([255, 255]), bytes => bytes, null, (failed, reply) => (failed ? fail(failed) : answer(reply)))));
    assert.strictEqual(error.code, grpc.status.INVALID_ARGUMENT);
  },

  async retry() {
    const patient = retrying();
    assert.strictEqual((await ask(patient, 'Say', { text: 'node', fail_first: 3 })).text, 'node');
    assert.strictEqual((await failure(ask(patient, 'Say', { text: 'node too often', fail_first: 4 }))).code, grpc.status.UNAVAILABLE);
    patient.close();
  },

  async retry_pushback() {
    const patient = retrying();
    assert.strictEqual((await ask(patient, 'Say', { text: 'node in time', fail_first: 1, pushback_ms: 5 })).text, 'node in time');
    assert.strictEqual((await failure(ask(patient, 'Say', { text: 'node never', fail_first: 1, pushback_ms: -1 }))).code, grpc.status.UNAVAILABLE);
    patient.close();
  },

  async health() {
    const health = new Health(target, plain);
    assert.strictEqual((await ask(health, 'Check', {})).status, 'SERVING');
    assert.strictEqual((await ask(health, 'Check', { service: 'echo.v1.Echo' })).status, 'SERVING');
    assert.strictEqual((await failure(ask(health, 'Check', { service: 'none' }))).code, grpc.status.NOT_FOUND);
    const watch = health.Watch({}, within(60));
    assert.strictEqual((await next(watch)).status, 'SERVING');
    const ended = failure(readAll(watch));
    watch.cancel();
    assert.strictEqual((await ended).code, grpc.status.CANCELLED);
    health.close();
  },

  async reflection() {
    for (const { ServerReflection } of [v1, v1alpha]) {
      const reflection = new ServerReflection(target, plain);
      const call = reflection.ServerReflectionInfo(within(60));
      call.write({ list_services: '' });
      call.write({ file_containing_symbol: 'echo.v1.Echo' });
      call.end();
      const [list, file] = await readAll(call);
      assert.deepStrictEqual(list.list_services_response.service.map(service => service.name).sort(), [
        'echo.v1.Echo', 'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']);
      assert.strictEqual(file.file_descriptor_response.file_descriptor_proto.length, 1);
      reflection.close();
    }
  },
};

function retrying() {
  const policy = {
    methodConfig: [{
      name: [{ service: 'echo.v1.Echo' }],
      retryPolicy: { maxAttempts: 4, initialBackoff: '0.01s', maxBackoff: '0.1s', backoffMultiplier: 2, retryableStatusCodes: ['UNAVAILABLE'] },
    }],
  };
  return new Echo(target, plain, { 'grpc.service_config': JSON.stringify(policy) });
}

(async () => {
  for (const [scenario, run] of Object.entries(scenarios)) {
    let error = null;
    try {
      await run();
    } catch (failed) {
      error = failed.stack;
    }
    console.log(JSON.stringify({ scenario, error }));
  }
  echo.close();
})();
