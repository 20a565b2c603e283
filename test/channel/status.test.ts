// What a session does, in the words of a room.
import { expect, it } from 'vitest';
import { statusOf } from '../../src/channel/status.ts';
import { AGENT_STATES } from '../../src/protocol/index.ts';

it('every state is one of the three that clients know, and what it waits for is said beside it', () => {
  expect(AGENT_STATES.map(state => [state, ...Object.values(statusOf(state, 'Bash'))])).toEqual([
    ['working', 'thinking'],
    ['tool_running', 'tool_use', 'Bash'],
    ['waiting_permission', 'tool_use', 'Bash waits to be allowed'],
    ['waiting_input', 'idle', 'waits for its user'],
    ['idle', 'idle'],
    ['offline', 'idle', 'the session has ended'],
  ]);
  expect(statusOf('tool_running', undefined)).toEqual({ status: 'tool_use' });
  expect(statusOf('waiting_permission', undefined).detail).toBe('a tool waits to be allowed');
});
