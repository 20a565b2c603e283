// Posts events of one topic to a hookline, one after the other, with `data.n` counting up from a number: in a process of its own.
const [url, token, topic, from, count] = process.argv.slice(2);

for (let n = Number(from); n < Number(from) + Number(count); n++) {
  const answer = await fetch(`${url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sessionId: `s-${topic}`, type: topic, data: { n } }),
  });
  if (answer.status !== 202) throw new Error(`event ${n} was answered with ${answer.status}`);
}
