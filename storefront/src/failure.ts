import type { FailureKind, ImageSearchFailure } from './types.js';

/** A search by picture that did not come about, with what the shopper and the developer should know. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    detail: string,
    readonly retryAfter?: number,
  ) {
    super(detail);
    this.name = 'ImageSearchFailure';
  }

  /** The same as a plain value. */
  get told(): ImageSearchFailure {
    const told = { kind: this.kind, detail: this.message };
    return this.retryAfter === undefined ? told : { ...told, retryAfter: this.retryAfter };
  }
}

/** Any error as a failure; what nobody foresaw is told on the console, for the developer. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  console.error('imageSearch:', error);
  return new Failure('broken', String(error));
}
