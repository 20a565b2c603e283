// A front end: a permission dialog waits for its user for a while and is granted; another one is still open in the end.
import {
  act,
  bash,
  command,
  done,
  edit,
  prompt,
  read,
  start,
  switchModel,
  text,
  think,
  until,
  wait,
  write,
} from '../steps/index.ts';
import { type Story, story } from '../story.ts';

const ROOT = '/home/dev/storefront';
const CARD = `${ROOT}/src/components/ProductCard.vue`;
const STYLE = `${ROOT}/src/components/product-card.css`;

export const storefront: Story = story(
  {
    project: 'storefront',
    branch: 'card-loading',
    model: 'claude-opus-5-5',
    permissionMode: 'acceptEdits',
    begins: 6,
  },
  start(),
  wait(5),
  command(
    'fix-issue',
    '412',
    text`
  Read issue 412, reproduce it with a test, fix it, and say what changed.

  `,
  ),
  act(
    'I read the issue first.',
    bash(
      'gh issue view 412',
      'Read the issue',
      text`
      Product cards jump when their images arrive  #412

      On a slow line the grid moves under the finger: the cards grow as soon
      as the pictures are there. Reserve the space.
      `,
      { takes: 1.1 },
    ),
  ),
  think(2),
  act(
    read(
      CARD,
      text`
      <article class="product-card">
        <img :src="product.image" :alt="product.name" loading="lazy" />
        <h3>{{ product.name }}</h3>
        <p class="price">{{ price }}</p>
      </article>
      `,
    ),
    read(
      STYLE,
      text`
    .product-card img {
      width: 100%;
      border-radius: 8px 8px 0 0;
    }
    `,
    ),
  ),
  act(
    'The image has no size until it is loaded. A test for the jump comes first.',
    write(
      `${ROOT}/e2e/layout-shift.spec.ts`,
      text`
      test('the grid stands still while images load', async ({ page }) => {
        await slowImages(page);
        await page.goto('/shoes');
        expect(await layoutShift(page)).toBeLessThan(0.02);
      });

      `,
    ),
  ),
  act(
    bash('npx playwright test e2e/layout-shift.spec.ts', 'See the new test fail', '', {
      asks: 34,
      takes: 7.4,
      fails: text`
        Exit code 1
          1) layout-shift.spec.ts:3 › the grid stands still while images load
             Expected: < 0.02
             Received:   0.31
          1 failed
        `,
    }),
  ),
  think(2),
  act(
    'It jumps, by 0.31. Now the space is reserved.',
    edit(
      STYLE,
      1,
      text`
      .product-card img {
        width: 100%;
      `,
      text`
      .product-card img {
        width: 100%;
        aspect-ratio: 4 / 5;
        object-fit: cover;
        background: var(--surface-2);
      `,
    ),
    edit(
      CARD,
      2,
      '  <img :src="product.image" :alt="product.name" loading="lazy" />',
      '  <img :src="product.image" :alt="product.name" width="400" height="500" loading="lazy" />',
    ),
  ),
  act(
    bash('npx playwright test e2e/layout-shift.spec.ts', 'Run it again', '  1 passed (6.8s)', { takes: 7.1 }),
  ),
  done(
    'Issue 412 is fixed: a card keeps the space of its image from the start (`aspect-ratio`, and width and height on the `<img>`). The shift went from 0.31 to 0, and a test watches it.',
  ),
  wait(26),
  switchModel('claude-sonnet-5-5'),
  wait(3),
  prompt('Do the same for the banners on the landing page.'),
  act(
    bash(
      'grep -rln "<img" src/pages/landing',
      'Find the banners',
      text`
      src/pages/landing/Hero.vue
      src/pages/landing/SeasonBanner.vue
      `,
    ),
  ),
  act(
    edit(
      `${ROOT}/src/pages/landing/Hero.vue`,
      4,
      '  <img :src="hero" alt="" />',
      '  <img :src="hero" alt="" width="1600" height="640" />',
    ),
    edit(
      `${ROOT}/src/pages/landing/SeasonBanner.vue`,
      9,
      '  <img :src="banner.url" :alt="banner.alt" />',
      '  <img :src="banner.url" :alt="banner.alt" width="1200" height="300" />',
    ),
  ),
  act(
    bash('npx playwright test e2e/layout-shift.spec.ts', 'Run the test of the jump', '  3 passed (20.6s)', {
      takes: 21,
    }),
  ),
  done('Both banners keep their space now; the test covers them too.'),
  until(194),
  prompt('Ship it to the preview.'),
  act(
    'I build it and deploy the preview.',
    bash('npm run build && npx wrangler pages deploy dist --branch card-loading', 'Deploy the preview', '', {
      unanswered: 24,
    }),
  ),
);
