import { Failure } from '../failure.js';
import type { Upright } from './decode.js';

/** Draws the part of a picture on white, with at most so many pixels on its longer side. */
export function drawn({ image, part }: Upright, side: number): HTMLCanvasElement {
  const { left, top, width, height } = part;
  const scale = Math.min(1, side / Math.max(width, height));
  const { canvas, context } = blank(width * scale, height * scale);
  // Transparent pixels are black in a JPEG; shops show products on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export function toJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((jpeg) => (jpeg ? resolve(jpeg) : reject(noCanvas())), 'image/jpeg', quality);
  });
}

/** An empty canvas, at least a pixel each way. */
export function blank(width: number, height: number) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  const context = canvas.getContext('2d');
  if (!context) throw noCanvas();
  return { canvas, context };
}

const noCanvas = () => new Failure('broken', 'this browser draws no pictures');
