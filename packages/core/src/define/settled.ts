/** The results of all works. Waits for each, so that no rejection goes unhandled, and rejects with the first failure in this order. */
export async function settled<Works extends readonly unknown[] | []>(
  works: Works,
): Promise<{ -readonly [Key in keyof Works]: Awaited<Works[Key]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
