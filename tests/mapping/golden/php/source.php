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

/** What shapes share. */
interface Shape extends \Stringable, HasName
{
    public const string UNIT = 'cm';
    public const int MOST = 9, LEAST = 1;

    public static function make(float ...$sides): static;
}

#[\Attribute(\Attribute::TARGET_CLASS)]
final readonly class Circle implements Shape
{
    use Logs, Counts {
        Logs::write insteadof Counts;
        Counts::write as protected countWrite;
    }

    public static int $count = 0;
    protected array|string|null $tags = [], $names;
    public string $label {
        get => strtoupper($this->label);
        set(string $value) { $this->label = trim($value); }
    }

    public function __construct(
        public float $radius = self::UNIT,
        protected ?Shape $parent = null,
        string $plain = '',
    ) {
    }

    public static function make(float ...$sides): static
    {
        return new static(...$sides);
    }

    final public function area(): float
    {
        $square = fn (float $x): float => $x ** 2;
        $helper = function () use ($square) {
            return $square($this->radius);
        };
        usort($this->tags, $this->compare(...));
        return match (true) {
            $this->parent instanceof Circle => Circle::make(1.0)->area(),
            default => M_PI * $helper(),
        };
    }

    private function &compare(self $left, self $right): int
    {
        static $calls = 0;
        return $left->radius <=> $right?->radius;
    }

    public function __toString(): string
    {
        return <<<TEXT
            function not_a_function() {}
            TEXT;
    }
}

abstract class Model
{
    abstract public function table(): string;

    public function save(): void
    {
        $anonymous = new class (1) extends Model {
            public function table(): string
            {
                return 'x';
            }
        };
    }
}

enum Suit: string implements HasLabel
{
    case Hearts = 'H';
    case Spades = 'S';

    const Wild = self::Spades;

    public function label(): string
    {
        return ucfirst(strtolower($this->name));
    }

    public static function random(): self
    {
        return self::from(array_rand(self::cases()));
    }
}

trait Counts
{
    private int $counted = 0;

    abstract public function limit(): int;

    public static function boot(): void
    {
        static::$counted++;
    }
}

function generate(int $from, int &$to, mixed ...$rest): \Generator
{
    if (!function_exists('helper')) {
        function helper(): void
        {
        }
    }
    yield from range($from, $to);
}

define('GRAPH_ROOT', __DIR__);
$handler = static fn (Shape $shape): string => (string) $shape;
