import { createGunzip, type Gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';

/** Lets a connection unpack what comes as gzip, piece by piece, so that whoever reads may stop at any length. */
export const unpackGzip: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => dispatch(options, unpacking(handler));

/** Passes everything on, bodies unpacked. */
function unpacking(next: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let gunzip: Gunzip | undefined;
  return {
    onRequestStart: (...started) => next.onRequestStart?.(...started),
    onRequestUpgrade: (...upgraded) => next.onRequestUpgrade?.(...upgraded),
    onResponseStart: (controller, status, headers, message) => {
      const packed = /^(x-)?gzip$/.test(String(headers['content-encoding']));
      if (packed) {
        gunzip = createGunzip()
          .on('data', (piece: Buffer) => {
            // Nobody reads on: the rest is not worth unpacking.
            if (controller.aborted) gunzip?.destroy();
            else next.onResponseData?.(controller, piece);
          })
          .on('end', () => void next.onResponseEnd?.(controller, {}))
          .on('error', (error) => void next.onResponseError?.(controller, error));
      }
      return next.onResponseStart?.(controller, status, packed ? unpackedHeaders(headers) : headers, message);
    },
    onResponseData: (controller, piece) => void (gunzip ? gunzip.write(piece) : next.onResponseData?.(controller, piece)),
    onResponseEnd: (controller, trailers) => void (gunzip ? gunzip.end() : next.onResponseEnd?.(controller, trailers)),
    onResponseError: (controller, error) => {
      gunzip?.destroy();
      next.onResponseError?.(controller, error);
    },
  };
}

/** What describes the packed body does not describe the unpacked one. */
const unpackedHeaders = <T extends object>(headers: T): T => Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-encoding' && name !== 'content-length')) as T;
