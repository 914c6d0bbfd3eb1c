import { DatePicker } from "antd";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";

export interface DateFieldProps {
  readonly label: string;
  /** yyyy-mm-dd, or empty. A day of the site's calendar: no zone is involved. */
  readonly value: string;
  readonly min?: string;
  readonly max?: string;
  readonly onChange: (value: string) => void;
}

const FORMAT = "YYYY-MM-DD";

/** A day, always written 2026-11-22 whatever the browser's language; typed as 20261122 too. */
export function DateField({ label, value, min = "", max = "", onChange }: DateFieldProps) {
  return (
    <DatePicker
      aria-label={label}
      placeholder={label}
      format={[FORMAT, "YYYYMMDD"]}
      value={value === "" ? null : dayjs(value)}
      {...(min === "" ? {} : { minDate: dayjs(min) })}
      {...(max === "" ? {} : { maxDate: dayjs(max) })}
      onChange={(day) => onChange(day?.format(FORMAT) ?? "")}
    />
  );
}
