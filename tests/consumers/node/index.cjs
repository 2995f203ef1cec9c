// Node 20.19 and newer load modules by `require`, too.
const { writeFileSync } = require('node:fs');
const { load } = require('wakesleep');
const { run } = require('./app.mjs');

run({ model: 'digits.safetensors' }).then((outcome) => {
  writeFileSync('outcome.json', JSON.stringify({ ...outcome, load: typeof load }));
});
