import { useState } from 'react';
import Row from './Row';

interface Props {
  limit?: number;
}

export const List: React.FC<Props> = ({ limit }) => {
  const [rows, setRows] = useState<Item[]>([]);
  const onClick = () => setRows(load(limit));
  return (
    <Table.Body onClick={onClick}>
      <Row item={rows} />
      <div />
    </Table.Body>
  );
};

export function Page(props: Props) {
  return <List limit={props.limit} render={Row} />;
}
