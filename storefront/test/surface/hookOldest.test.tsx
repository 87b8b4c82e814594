// @vitest-environment jsdom
import { vi } from 'vitest';

vi.mock('react-instantsearch-core', () => import('react-instantsearch-core-floor'));
await import('./hook.js');
