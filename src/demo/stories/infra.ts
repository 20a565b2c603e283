// Infrastructure in auto mode: a command is refused by it, another by the user; the conversation is cleared, and the session ends.
import {
  act,
  bash,
  clear,
  done,
  edit,
  leave,
  prompt,
  read,
  start,
  text,
  think,
  until,
  wait,
} from '../steps/index.ts';
import { type Story, story } from '../story.ts';

const ROOT = '/home/dev/infra';
const QUEUE = `${ROOT}/modules/queue/main.tf`;

export const infra: Story = story(
  { project: 'infra', branch: 'main', model: 'claude-sonnet-5-5', permissionMode: 'auto', begins: 47 },
  start(),
  wait(7),
  prompt('The dead-letter queue keeps messages for one day only. Make it two weeks.'),
  act(
    bash(
      'grep -rn message_retention_seconds modules',
      'Find the setting',
      'modules/queue/main.tf:14:  message_retention_seconds = 86400',
    ),
    read(
      QUEUE,
      text`
      resource "aws_sqs_queue" "dead_letter" {
        name                      = local.dead_letter_name
        message_retention_seconds = 86400
      }
      `,
      12,
    ),
  ),
  act(edit(QUEUE, 14, '  message_retention_seconds = 86400', '  message_retention_seconds = 1209600')),
  act(
    bash(
      'terraform plan -out=plan.bin',
      'See what would change',
      'Plan: 0 to add, 3 to change, 0 to destroy.',
      { takes: 13 },
    ),
  ),
  think(2),
  act(
    'Three queues change, nothing else. I apply it.',
    bash('terraform apply plan.bin', 'Apply the plan', '', {
      denied: 'Changes shared infrastructure, which the user did not ask for',
    }),
  ),
  done(
    'The plan is ready: three queues, two weeks instead of one day. Applying it was refused, since it changes shared infrastructure; run `terraform apply plan.bin` yourself when it suits you.',
  ),
  until(108),
  clear(),
  wait(5),
  prompt('Which of our buckets are open to the public?'),
  act(
    bash(
      'grep -rln "public-read\\|block_public_acls *= *false" modules environments',
      'Find open buckets',
      'environments/prod/assets.tf',
      { takes: 0.6 },
    ),
  ),
  act(
    read(
      `${ROOT}/environments/prod/assets.tf`,
      text`
      resource "aws_s3_bucket_public_access_block" "assets" {
        bucket            = aws_s3_bucket.assets.id
        block_public_acls = false
      }
      `,
      21,
    ),
  ),
  done(
    'One: `assets` in production, on purpose (it serves the images of the shop). All others block public access.',
  ),
  wait(12),
  prompt('Then turn on access logs for it.'),
  act(
    'That needs a bucket for the logs; I look whether there is one already.',
    bash('aws s3 ls | grep logs', 'Look for a bucket of logs', '', { refused: 9 }),
  ),
  wait(6),
  prompt('No AWS calls please, only the code.'),
  act(
    bash(
      'grep -rn "aws_s3_bucket\\" \\".*logs" environments',
      'Look for it in the code',
      'environments/prod/logs.tf:3:resource "aws_s3_bucket" "access_logs" {',
    ),
  ),
  act(
    edit(
      `${ROOT}/environments/prod/assets.tf`,
      26,
      '',
      text`
      resource "aws_s3_bucket_logging" "assets" {
        bucket        = aws_s3_bucket.assets.id
        target_bucket = aws_s3_bucket.access_logs.id
        target_prefix = "assets/"
      }
      `,
    ),
  ),
  done('Access logs of `assets` go to the bucket `access_logs`, under `assets/`. Nothing was applied.'),
  wait(18),
  leave(),
);
