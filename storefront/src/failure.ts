import type { FailureKind, ImageSearchFailure } from './types.js';

/** The error of a search by picture, with what the shopper and the developer should know. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    detail: string,
    readonly retryAfter?: number,
  ) {
    super(detail);
    this.name = 'ImageSearchFailure';
  }

  /** The failure as a plain value, for whoever renders it. */
  get plain(): ImageSearchFailure {
    const plain = { kind: this.kind, detail: this.message };
    return this.retryAfter === undefined ? plain : { ...plain, retryAfter: this.retryAfter };
  }
}

/** Turns any error into a failure; an unexpected one is logged on the console, for the developer. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  console.error('imageSearch:', error);
  return new Failure('broken', String(error));
}
