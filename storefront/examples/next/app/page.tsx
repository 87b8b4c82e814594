import { Search } from './Search';

export const dynamic = 'force-dynamic';

export default function Page() {
  return <Search />;
}
