// Days and hours as they are in a time zone.

/** Tells the day of a moment, as `2026-11-20`. @throws RangeError for no time zone */
export function dayIn(zone: string): (timestamp: number) => string {
  const hours = hourIn(zone);
  return timestamp => hours(timestamp).day;
}

/** Tells the day of a moment, and its hour from 0 to 23. @throws RangeError for no time zone */
export function hourIn(zone: string): (timestamp: number) => { readonly day: string; readonly hour: number } {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return timestamp => {
    const part = Object.fromEntries(format.formatToParts(timestamp).map(({ type, value }) => [type, value]));
    return { day: `${part['year']}-${part['month']}-${part['day']}`, hour: Number(part['hour']) };
  };
}

/** The day of the week, from 1 for Monday to 7 for Sunday. @param day such as `2026-11-20` */
export function weekdayOf(day: string): number {
  return new Date(`${day}T12:00Z`).getUTCDay() || 7;
}
