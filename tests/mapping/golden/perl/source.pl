#!/usr/bin/perl
package Graph::Store;

use strict;
use warnings;
use parent 'Graph::Base';
use List::Util qw(first sum);
use constant LIMIT => 10;
use constant { MOST => 99, LEAST => 1 };

our $VERSION = '1.0';
our @EXPORT_OK = qw(open_store);
my %cache;
my ($first, $second) = (1, 2);

=head1 NAME

Graph::Store - stores of rows

=cut

# Opens a store.
sub new {
    my ($class, %options) = @_;
    my $self = bless { url => $options{url}, rows => [] }, $class;
    return $self;
}

sub find : method {
    my ($self, $key) = @_;
    my $local = first { $_->{key} eq $key } @{ $self->{rows} };
    return $local // die "no $key";
}

sub _normal ($url, $depth = LIMIT) {
    return lc $url;
}

sub declared;

my $handler = sub {
    my $row = shift;
    print $row->{key};
};

use overload '+' => \&merge, '""' => sub { $_[0]->{url} };

BEGIN {
    $cache{start} = time;
}

package Graph::Row {
    our $count = 0;

    sub key { return $_[0]->{key} }

    sub DESTROY { }
}

package main;

sub main {
    my $text = <<"END";
sub not_a_sub { }
END
    Graph::Store->new(url => 'x')->find('a');
}

main() unless caller;

1;

__END__

sub never { }
