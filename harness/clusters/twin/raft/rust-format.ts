/** As Rust prints a duration: `86.736512283s`, `44.477255ms`. */
export const rustDuration = (spanMs: number): string => (spanMs >= 1000 ? `${spanMs / 1000}s` : `${spanMs}ms`);
