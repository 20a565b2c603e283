// The recorded sessions of the demo, all of one time.
import type { Story } from '../story.ts';
import { designSystem } from './design-system.ts';
import { freshness, handbook, migrationPlan, slowImages } from './earlier.ts';
import { infra } from './infra.ts';
import { ledger } from './ledger.ts';
import { searchIndex } from './search-index.ts';
import { shopApi } from './shop-api.ts';
import { storefront } from './storefront.ts';

export const STORIES: readonly Story[] = [
  slowImages,
  freshness,
  migrationPlan,
  handbook,
  shopApi,
  ledger,
  storefront,
  searchIndex,
  designSystem,
  infra,
];
