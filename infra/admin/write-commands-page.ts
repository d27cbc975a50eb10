// Writes infra/admin/COMMANDS.md (`npm run commands`).

import { writeFileSync } from 'node:fs';
import { commandsPage } from './commands-page.ts';

writeFileSync(new URL('COMMANDS.md', import.meta.url), commandsPage());
