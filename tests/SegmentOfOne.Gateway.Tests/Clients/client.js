// npm's @grpc/grpc-js against a gateway, from the plain .proto: node client.js HOST:PORT FOLDER_OF_PROTOS.
// Prints one line of JSON for each scenario: its name, and what went wrong or null.
'use strict';

const assert = require('assert');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [target, protos] = process.argv.slice(2);
const load = file => grpc.loadPackageDefinition(loader.loadSync(path.join(protos, file), { keepCase: true, longs: Number, enums: String, oneofs: true, defaults: true }));
const { Experience } = load('experience.proto').segmentofone.v1;
const { Health } = load('Protos/grpc/health/v1/health.proto').grpc.health.v1;
const { ServerReflection } = load('Protos/grpc/reflection/v1/reflection.proto').grpc.reflection.v1;
const plain = grpc.credentials.createInsecure();
const experience = new Experience(target, plain);
const within = seconds => ({ deadline: Date.now() + seconds * 1000 });

const ask = (method, request, options = within(60), client = experience) =>
  new Promise((answer, fail) => client[method](request, new grpc.Metadata(), options, (error, reply) => (error ? fail(error) : answer(reply))));
const failure = promise => promise.then(() => { throw new Error('did not fail'); }, error => error);
const readAll = call => new Promise((answer, fail) => {
  const replies = [];
  call.on('data', reply => replies.push(reply)).on('end', () => answer(replies)).on('error', fail);
});
const next = call => new Promise((answer, fail) => call.once('data', answer).once('error', fail));

const user = value => ({ kind: 'user_id', value });
const interaction = (value, number, more = {}) => ({
  customer: user(value),
  interaction_id: `${number}`,
  type: 'product_viewed',
  channel: 'web',
  properties: { price: { numberValue: 12.5 }, product_id: { stringValue: 'teapot' } },
  ...more,
});
const named = (error, code, name) => assert.deepStrictEqual([error.code, error.metadata.get('segmentofone-error')], [code, [name]]);
const raw = (method, bytes) => new Promise((answer, fail) =>
  experience.makeUnaryRequest(`/segmentofone.v1.Experience/${method}`, () => bytes, reply => reply, null, (error, reply) => (error ? fail(error) : answer(reply))));

const scenarios = {
  async interact() {
    const request = interaction('node', 1, { placements: ['home_hero'] });
    const reply = await ask('Interact', request);
    assert.deepStrictEqual([reply.version, reply.duplicate, reply.stage, reply.decisions.length], [1, false, 'AWARENESS', 1]);
    const again = await ask('Interact', request);
    assert.deepStrictEqual([again.version, again.duplicate, again.decisions], [1, true, reply.decisions]);
    assert.strictEqual((await ask('GetReceipt', { receipt_id: reply.decisions[0].receipt_id })).placement, 'home_hero');
  },

  async read() {
    const customer = user('node reads');
    await ask('Interact', interaction('node reads', 1));
    const state = await ask('GetCustomer', { customer });
    assert.deepStrictEqual([state.version, state.activities.map(activity => activity.type)], [1, ['product_viewed']]);
    const story = await ask('ListTurns', { customer });
    const observed = story.turns[0].facts.find(fact => fact.name === 'interaction_observed');
    assert.strictEqual(observed.properties.price.numberValue, 12.5);
    const decided = await ask('Decide', { customer, channel: 'web', placements: ['home_hero'] });
    assert.deepStrictEqual([decided.version, decided.decisions.length], [2, 1]);
  },

  async stream() {
    const call = experience.InteractStream(within(60));
    const read = readAll(call);
    for (let number = 1; number <= 100; number++) {
      call.write(interaction('node streams', number));
      if (number === 50) {
        call.write({ interaction_id: 'bad' });
      }
    }
    call.end();
    const replies = await read;
    assert.deepStrictEqual(replies.filter(reply => !reply.error).map(reply => reply.version), Array.from({ length: 100 }, (_, i) => i + 1));
    assert.deepStrictEqual(replies.filter(reply => reply.error).map(reply => reply.error.name), ['customer_missing']);
  },

  async refused() {
    named(await failure(ask('Interact', interaction('node', ''))), grpc.status.INVALID_ARGUMENT, 'interaction_id_missing');
  },

  async not_found() {
    named(await failure(ask('GetCustomer', { customer: user('nobody') })), grpc.status.NOT_FOUND, 'customer_not_found');
  },

  async unknown_method() {
    assert.strictEqual((await failure(raw('Forget', Buffer.alloc(0)))).code, grpc.status.UNIMPLEMENTED);
  },

  async malformed_message() {
    named(await failure(raw('Interact', Buffer.from([255, 255]))), grpc.status.INVALID_ARGUMENT, 'malformed_message');
  },

  async deadline() {
    assert.strictEqual((await failure(readAll(experience.InteractStream(within(0.3))))).code, grpc.status.DEADLINE_EXCEEDED);
  },

  async cancel() {
    const call = experience.InteractStream(within(60));
    call.write(interaction('node cancels', 1));
    assert.strictEqual((await next(call)).version, 1);
    const ended = failure(readAll(call));
    call.cancel();
    assert.strictEqual((await ended).code, grpc.status.CANCELLED);
  },

  async gzip() {
    const packing = new Experience(target, plain, { 'grpc.default_compression_algorithm': 2 });
    const request = interaction('node packs', 1);
    request.properties.note = { stringValue: 'x'.repeat(4000) };
    assert.strictEqual((await ask('Interact', request, within(60), packing)).version, 1);
    packing.close();
  },

  async health() {
    const health = new Health(target, plain);
    assert.strictEqual((await ask('Check', { service: 'segmentofone.v1.Experience' }, within(60), health)).status, 'SERVING');
    health.close();
  },

  async reflection() {
    const reflection = new ServerReflection(target, plain);
    const call = reflection.ServerReflectionInfo(within(60));
    call.write({ list_services: '' });
    call.end();
    const [list] = await readAll(call);
    assert(list.list_services_response.service.some(service => service.name === 'segmentofone.v1.Experience'));
    reflection.close();
  },
};

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
  experience.close();
})();
