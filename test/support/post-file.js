// Posts bodies in files to a hookline, each so many times at once, and asks for its health meanwhile: in a process of its own, whose work is not the daemon's.
import fs from 'node:fs';
import http from 'node:http';

const [url, token] = process.argv.slice(2);

const ask = (path, options, sent) =>
  new Promise((resolve, reject) => {
    const request = http.request(url + path, options, answer => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    request.on('error', reject);
    request.end(sent);
  });

async function post(file, count) {
  const body = fs.readFileSync(file);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  let over = false;
  let healthy = 0;
  const watch = async () => {
    while (!over) {
      if ((await ask('/health', {})) === 200) healthy++;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  const watching = watch();
  const statuses = await Promise.all(
    Array.from({ length: count }, () => ask('/hook', { method: 'POST', headers }, body)),
  );
  over = true;
  await watching;
  return { statuses, healthy };
}

process.on('message', async ({ file, count }) => process.send(await post(file, count)));
