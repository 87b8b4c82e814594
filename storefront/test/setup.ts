import { complete } from './widget/browser.js';

if ('document' in globalThis) complete();
