// Puts several stories that are each in the order of time into one.

interface Told {
  /** By which they are ordered. */
  readonly at: number;
}

interface Open<T> {
  readonly story: AsyncGenerator<T>;
  readonly next: T;
}

/** All that the stories tell, by time; of two at the same time that of the first story comes first. Each is asked for one ahead. */
export async function* byTime<T extends Told>(stories: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const open: Open<T>[] = [];
  try {
    for (const story of stories) {
      const { value, done } = await story.next();
      if (!done) open.push({ story, next: value });
    }
    while (open.length > 0) {
      const first = earliest(open);
      const { story, next } = open[first] as Open<T>;
      yield next;
      const { value, done } = await story.next();
      if (done) open.splice(first, 1);
      else open[first] = { story, next: value };
    }
  } finally {
    for (const { story } of open) await story.return(undefined);
  }
}

function earliest<T extends Told>(open: readonly Open<T>[]): number {
  let first = 0;
  for (const [index, { next }] of open.entries())
    if (next.at < (open[first] as Open<T>).next.at) first = index;
  return first;
}
