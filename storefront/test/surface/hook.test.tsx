// @vitest-environment jsdom
import './hook.js';
