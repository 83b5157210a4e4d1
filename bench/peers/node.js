// SPDX-License-Identifier: ISC
//
// npm's libraries, in node, for node.c:
//   node node.js FOLDER LIBRARY M N LEN
// FOLDER has node_modules. It answers the library's version; then each line of
// input, "split COUNT" or "combine COUNT", by how many nanoseconds it took to
// do that so many times in a row. Each was done for some time before, so that
// what is measured is compiled.
'use strict';
const path = require('path');
const crypto = require('crypto');
const readline = require('readline');

const WARM_UP_NS = 300000000n;

const [folder, library, m, n, len] = process.argv.slice(2);
const threshold = Number(m);
const count = Number(n);
const where = path.join(path.resolve(folder), 'node_modules', library);
const loaded = require(where);
const secret = new Uint8Array(crypto.randomBytes(Number(len)));
const hex = Buffer.from(secret).toString('hex');
let shares;

const libraries = {
  'shamir-secret-sharing': {
    split: async () => {
      shares = await loaded.split(secret, count, threshold);
    },
    combine: async () => loaded.combine(shares.slice(0, threshold)),
    same: (result) => Buffer.from(secret).equals(Buffer.from(result)),
  },
  'secrets.js-grempe': {
    split: async () => {
      shares = loaded.share(hex, count, threshold);
    },
    combine: async () => loaded.combine(shares.slice(0, threshold)),
    same: (result) => result === hex,
  },
};

async function measure(run, times) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++)
    await run();
  return process.hrtime.bigint() - start;
}

async function warm(run) {
  const start = process.hrtime.bigint();
  do
    await run();
  while (process.hrtime.bigint() - start < WARM_UP_NS);
}

async function main() {
  const operations = libraries[library];
  await operations.split();
  if (!operations.same(await operations.combine()))
    throw new Error(library + ': the secret');
  const warmed = new Set();
  console.log(require(path.join(where, 'package.json')).version +
    ' in node ' + process.version);
  for await (const line of readline.createInterface({input: process.stdin})) {
    const [name, times] = line.split(' ');
    const run = operations[name];
    if (!warmed.has(name)) {
      await warm(run);
      warmed.add(name);
    }
    console.log(String(await measure(run, Number(times))));
  }
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
