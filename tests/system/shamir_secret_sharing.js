// SPDX-License-Identifier: ISC
// What the npm package shamir-secret-sharing does, for the tests.
//
//   node shamir_secret_sharing.js PACKAGE split THRESHOLD COUNT   < secret
//   node shamir_secret_sharing.js PACKAGE combine SHARE...        > secret
//   node shamir_secret_sharing.js PACKAGE fixtures > ../vectors/shamir-secret-sharing.json
//
// PACKAGE is the directory of the package. What is split gives a line of hex
// for each share, what is combined is hex.
'use strict';
const fs = require('fs');
const path = require('path');

const [folder, verb, ...words] = process.argv.slice(2);
const {split, combine} = require(path.resolve(folder));
const {version} = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));

const hex = (bytes) => Buffer.from(bytes).toString('hex');

// Any secrets do; these have all values of a byte, and zeros at their ends.
const secret = (length) =>
    new Uint8Array(length).map((_, at) => (at * 167) & 0xff);

async function makeCase(length, threshold, count) {
  const shares = await split(secret(length), count, threshold);
  return {
    secret: hex(secret(length)),
    threshold,
    shares: shares.map(hex),
  };
}

async function fixtures() {
  const cases = [];
  for (const [length, threshold, count] of [
    [1, 2, 2], [32, 2, 3], [32, 3, 5], [33, 5, 7], [257, 3, 4], [16, 16, 32],
    [8, 128, 255]]) {
    cases.push(await makeCase(length, threshold, count));
  }
  return {package: 'shamir-secret-sharing', version, cases};
}

async function main() {
  if (verb === 'split') {
    const given = new Uint8Array(fs.readFileSync(0));
    const shares = await split(given, Number(words[1]), Number(words[0]));
    console.log(shares.map(hex).join('\n'));
  } else if (verb === 'combine') {
    const shares = words.map((file) => new Uint8Array(fs.readFileSync(file)));
    console.log(hex(await combine(shares)));
  } else {
    console.log(JSON.stringify(await fixtures(), null, 1));
  }
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
