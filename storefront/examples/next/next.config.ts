import type { NextConfig } from 'next';

/** This folder is a project of its own, although there are others around it. */
export default { turbopack: { root: import.meta.dirname } } satisfies NextConfig;
