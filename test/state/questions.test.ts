// Somebody waits for an answer that is no permission.
import { expect, test } from 'vitest';
import { Story } from './story.ts';

const elicits = (fields = {}): Story =>
  Story.working()
    .use('t1', 'deploy')
    .hook('Elicitation', {
      mcp_server_name: 'shop',
      message: 'Which region?',
      elicitation_id: 'e1',
      ...fields,
    });

test('a question of an MCP server is shown until it is answered', () => {
  const story = elicits();
  expect(story.session).toMatchObject({ state: 'waiting_input', waitingFor: 'Which region?' });
  story.hook('ElicitationResult', { mcp_server_name: 'shop', elicitation_id: 'other', action: 'accept' });
  expect(story.state).toBe('waiting_input Bash');
  story.hook('ElicitationResult', { mcp_server_name: 'shop', elicitation_id: 'e1', action: 'accept' });
  expect(story.state).toBe('tool_running Bash');
  expect(story.session).not.toHaveProperty('waitingFor');
});

test('it is over with the call that asked, whether or not the answer was told', () => {
  expect(elicits().result('t1', 'deploy').state).toBe('working');
});

const tool = (name: string): { tool_name: string; tool_input: object } => ({
  tool_name: `mcp__my_shop__${name}`,
  tool_input: { region: 'eu' },
});
const question = { mcp_server_name: 'my shop', message: 'Which region?' };

test('a call that puts a question was granted, though no hook told so', () => {
  const story = Story.working()
    .hook('PreToolUse', { ...tool('deploy'), tool_use_id: 't1' })
    .hook('PermissionRequest', tool('deploy'))
    .hook('Elicitation', question);
  expect(story.session).toMatchObject({ state: 'waiting_input', waitingFor: 'Which region?' });
  story.hook('ElicitationResult', { mcp_server_name: 'my shop', action: 'accept' });
  expect(story.state).toBe('tool_running mcp__my_shop__deploy');
});

test('permissions of other calls are waited for as before', () => {
  const story = Story.working()
    .hook('PreToolUse', { ...tool('look'), tool_use_id: 't1' })
    .hook('PreToolUse', { ...tool('deploy'), tool_use_id: 't2' })
    .hook('PermissionRequest', tool('deploy'))
    .asks('make')
    .hook('Elicitation', question);
  expect(story.session).toMatchObject({ state: 'waiting_permission', waitingFor: 'Which region?' });
  expect(story.projection.sessions()[0]?.pendingPermission?.toolName).toBe('mcp__my_shop__deploy');
});

test('a question that the model asks is a question, although it comes as a permission', () => {
  const ask = {
    tool_name: 'AskUserQuestion',
    tool_input: { questions: [{ question: 'Which colour?', options: [] }] },
  };
  const story = Story.working()
    .hook('PreToolUse', { ...ask, tool_use_id: 't1' })
    .hook('PermissionRequest', ask);
  expect(story.session).toMatchObject({ state: 'waiting_input', waitingFor: 'Which colour?' });
  expect(story.session).not.toHaveProperty('pendingPermission');
  expect(story.hook('PostToolUse', { ...ask, tool_use_id: 't1' }).state).toBe('working');
});

test('a dialog that only the client tells of, in its own words', () => {
  const story = Story.working().status('waiting', { waitingFor: 'goal proposal' });
  const waits = { state: 'waiting_input', waitingFor: 'goal proposal', atTerminal: true };
  expect(story.session).toMatchObject(waits);
  expect(story.later(100).status('busy').state).toBe('working');
  expect(story.session).not.toHaveProperty('atTerminal');
  expect(story.session).not.toHaveProperty('waitingFor');
});

test('what a hook tells of is not for the terminal alone, whoever of hook and client tells it first', () => {
  const question = { mcp_server_name: 'shop', message: 'Which region?', elicitation_id: 'e1' };
  const first = Story.working()
    .hook('Elicitation', question)
    .status('waiting', { waitingFor: 'input needed' });
  const second = Story.working()
    .status('waiting', { waitingFor: 'input needed' })
    .hook('Elicitation', question);
  for (const { session } of [first, second]) {
    expect(session).toMatchObject({ state: 'waiting_input', waitingFor: 'Which region?' });
    expect(session).not.toHaveProperty('atTerminal');
  }
});

test('a dialog that only a notification tells of', () => {
  const story = Story.working().hook('Notification', {
    notification_type: 'elicitation_dialog',
    message: 'shop needs your input',
  });
  expect(story.session).toMatchObject({ state: 'waiting_input', waitingFor: 'shop needs your input' });
});

test('a subagent is asked: it waits, the session shows for what', () => {
  const agent = { agent_id: 'a1', agent_type: 'Explore' };
  const story = Story.working()
    .hook('SubagentStart', agent)
    .hook('Elicitation', { ...agent, mcp_server_name: 'shop', message: 'Which region?' });
  expect(story.agentState('a1')).toBe('waiting_input');
  expect(story.session).toMatchObject({ state: 'working', waitingFor: 'Which region?' });
});
