// Posts the body in a file to a hookline, so many times at once, and asks for its health meanwhile: in a process of its own, whose work is not the daemon's.
import fs from 'node:fs';
import http from 'node:http';

const [url, token, file, count] = process.argv.slice(2);
const body = fs.readFileSync(file);
const headers = {
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  'content-length': body.length,
};

const ask = (path, options, sent) =>
  new Promise((resolve, reject) => {
    const request = http.request(url + path, options, answer => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    request.on('error', reject);
    request.end(sent);
  });

let over = false;
let healthy = 0;
async function watch() {
  while (!over) {
    if ((await ask('/health', {})) === 200) healthy++;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
const watching = watch();
const statuses = await Promise.all(
  Array.from({ length: Number(count) }, () => ask('/hook', { method: 'POST', headers }, body)),
);
over = true;
await watching;
console.log(JSON.stringify({ statuses, healthy }));
