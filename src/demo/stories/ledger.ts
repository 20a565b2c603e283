// A long migration: a command runs in the background, the API fails once, and a password in an output never gets into the log.
import {
  act,
  apiError,
  background,
  bash,
  done,
  edit,
  hear,
  prompt,
  read,
  start,
  text,
  think,
  wait,
} from '../steps/index.ts';
import { type Story, story } from '../story.ts';

const ROOT = '/home/dev/ledger';
const MIGRATION = `${ROOT}/migrations/0042_split_entries.sql`;

export const ledger: Story = story(
  {
    project: 'ledger',
    branch: 'split-entries',
    model: 'claude-sonnet-5-5',
    permissionMode: 'bypassPermissions',
    context: 61_200,
    begins: 3,
  },
  start(),
  wait(6),
  prompt('Run migration 0042 against the copy of the production data and tell me whether it is safe.'),
  act(
    'I look at the migration and at where the copy is.',
    read(
      MIGRATION,
      text`
      begin;
      insert into entry_lines (entry_id, account_id, amount)
        select id, debit_account, amount from entries
        union all
        select id, credit_account, -amount from entries;
      alter table entries drop column amount;
      commit;
      `,
    ),
    // Not a secret of anyone's: it is here to be seen redacted.
    bash(
      'cat .env.copy',
      'See where the copy is',
      text`
      DATABASE_URL=postgres://ledger:not-a-real-password@127.0.0.1:5433/ledger_copy
      GITHUB_TOKEN=ghp_ThisIsNoRealTokenItIsOnlyForTheDemo00
      `,
    ),
  ),
  act(
    bash(
      'psql "$DATABASE_URL" -c \'select count(*) from entries\'',
      'Count the entries',
      text`
        count
      ---------
       8412077
      `,
      { takes: 2.6 },
    ),
  ),
  think(2),
  act(
    'Eight million entries will take a while, so it runs in the background.',
    background(
      'psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f migrations/0042_split_entries.sql',
      'Run migration 0042',
      74,
    ),
  ),
  done('The migration runs on the copy, in the background. I check the sums as soon as it is through.'),
  wait(13),
  prompt('While it runs: is there anything that still reads entries.amount?'),
  act(
    bash(
      'grep -rn "entries.amount\\|\\.amount\\b" src --include=*.py',
      'Find who reads it',
      text`
      src/reports/monthly.py:31:    total += entry.amount
      src/api/entries.py:18:    "amount": entry.amount,
      `,
      { takes: 0.7 },
    ),
  ),
  act(
    read(
      `${ROOT}/src/reports/monthly.py`,
      text`
      def total_of(account, month):
          total = 0
          for entry in entries_of(account, month):
              total += entry.amount
          return total
      `,
      27,
    ),
    read(
      `${ROOT}/src/api/entries.py`,
      text`
    return {
        "id": entry.id,
        "amount": entry.amount,
    }
    `,
      15,
    ),
  ),
  apiError(7),
  wait(11),
  prompt('Go on.'),
  act(
    'Two places read the column that goes away. Both can take the debit line instead.',
    edit(
      `${ROOT}/src/reports/monthly.py`,
      31,
      '        total += entry.amount',
      '        total += entry.debit_line.amount',
    ),
    edit(
      `${ROOT}/src/api/entries.py`,
      18,
      '    "amount": entry.amount,',
      '    "amount": entry.debit_line.amount,',
    ),
  ),
  done(
    'Two places read `entries.amount`: the monthly report and the API. Both take the debit line now; they have to be deployed before the migration.',
  ),
  hear('Run migration 0042'),
  act(
    'It is through. Nothing may be lost or made up: every entry must sum to nothing.',
    bash(
      'psql "$DATABASE_URL" -f checks/balanced.sql',
      'Check the sums',
      text`
       entries | lines    | unbalanced
      ---------+----------+------------
       8412077 | 16824154 |          0
      `,
      { takes: 27 },
    ),
  ),
  think(3),
  act(
    bash(
      'pytest -q',
      'Run the tests',
      text`
      ........................................................ [100%]
      231 passed in 38.20s
      `,
      { takes: 38.6 },
    ),
  ),
  done(
    'It is safe, in this order: deploy the two changed readers, then migrate. On the copy it took a little over a minute for 8.4 million entries; every entry balances, and 231 tests pass.',
  ),
);
