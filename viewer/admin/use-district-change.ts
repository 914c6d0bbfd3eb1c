import { useMutation, useQueryClient } from "@tanstack/react-query";

/** A change of the district: afterwards everything the administrator sees of it is read again. */
export function useDistrictChange<Input>(change: (input: Input) => Promise<unknown>, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["district"] });
      onDone?.();
    },
  });
}
