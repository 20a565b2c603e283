// The topics that hooks have by their own name.

/**
 * The topic of a hook event name: `PreToolUse` → `hook.pre_tool_use`, `BrandNewEvent2027` → `hook.brand_new_event2027`.
 * Names are cut at 64 characters and anything but letters and digits becomes `_`.
 */
export function hookTopic(eventName: string): string {
  const snake = eventName
    .slice(0, 64)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  return `hook.${snake}`;
}

/** Whether an event tells of a message, and not of what a session does. */
export const isInboxEvent = (type: string): boolean => type.startsWith('inbox.');

/** Whether an event tells of an alert, and not of what a session does. */
export const isAlertEvent = (type: string): boolean => type.startsWith('alert.');
