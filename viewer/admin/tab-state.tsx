import { Button } from "antd";
import type { ReactNode } from "react";
import { problemText } from "../api/problem-text.ts";
import { EmptyState } from "../desk/empty-state.tsx";
import { SkeletonList } from "../desk/skeleton-list.tsx";
import { useText } from "../i18n/use-text.ts";

interface TabStateProps<T> {
  readonly query: {
    readonly data: T | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  readonly children: (data: T) => ReactNode;
}

/** What a tab shows while it is read, when it could not be, and then. */
export function TabState<T>({ query, children }: TabStateProps<T>) {
  const { text } = useText();
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <SkeletonList />;
  return (
    <EmptyState title={text("admin.failed")} hint={problemText(query.error, text)}>
      <Button onClick={() => void query.refetch()}>{text("common.retry")}</Button>
    </EmptyState>
  );
}
