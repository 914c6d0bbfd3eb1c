/** The sign of the product: slices, one read. */
export function Mark({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false" style={{ flex: "none" }}>
      <rect width="20" height="20" rx="5" fill="#08979c" />
      <ellipse cx="10" cy="10" rx="6" ry="6.6" fill="none" stroke="#fff" strokeWidth="1.3" opacity="0.55" />
      <path
        d="M2.5 10.600h4l1.3-3 2.2 6 1.7-4.4.8 1.400h5"
        fill="none"
        stroke="#fff"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
