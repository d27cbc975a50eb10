// Writes infra/admin/REASONS.md (`npm run reasons`).

import { writeFileSync } from 'node:fs';
import { reasonsPage } from './reasons-page.ts';

writeFileSync(new URL('REASONS.md', import.meta.url), reasonsPage());
