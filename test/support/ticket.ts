// A ticket that logs a browser in once, as `hookline open` makes one.

export async function makeTicket({ url, token }: { url: string; token: string }): Promise<string> {
  const answer = await fetch(`${url}/api/ticket`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { ticket: string }).ticket;
}
