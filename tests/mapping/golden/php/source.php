<?php

namespace App\Store;

use App\Rows\Row as Line;
use App\Jobs\{Job, State as JobState};
use function App\Text\fold;

#[Service]
abstract class Store extends Base implements Reader, \Countable
{
    use Logs;

    const LIMIT = 10;
    private ?Row $first = null, $last;

    public function __construct(private readonly Clock $clock)
    {
        parent::__construct();
        $this->open(self::LIMIT);
        self::check();
        $this->clock->now();
        $row = new Line(fold($this->first), Job::QUEUED);
        Registry::$stores[] = $row;
    }

    abstract protected function find(int $id): ?Row;
}

interface Reader extends Closer
{
    public function read(): string;
}

trait Logs
{
}

enum State: string
{
    case Queued = 'queued';
}

function open(string $url): Store
{
    return strlen($url);
}

const MOST = 1;
