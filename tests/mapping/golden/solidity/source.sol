// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import "./Rows.sol";
import {Row as Line, Remote} from "./Remote.sol";
import * as Limits from "./Limits.sol";

uint256 constant LIMIT = 10;
type Key is uint64;

error Gone(uint256 key);

enum State { Queued, Running }

struct Pair {
    uint256 left;
    address right;
}

function double(uint256 x) pure returns (uint256) {
    return x * 2;
}

/// @notice Reads rows.
interface IReader {
    event Opened(address indexed owner, uint256 key);

    function read(uint256 size) external view returns (bytes memory);
}

library Maths {
    function most(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }
}

abstract contract Base {
    function load() internal virtual;
}

contract Store is Base, IReader {
    using Maths for uint256;

    uint256 public constant MOST = 99;
    address private immutable owner;
    mapping(address => uint256) internal balances;
    Pair[] public pairs;

    error NotOwner();

    event Closed();

    enum Mode { Fast, Slow }

    struct Entry {
        uint64 at;
        mapping(uint256 => bool) seen;
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    constructor(address who) Base() {
        owner = who;
    }

    receive() external payable {}

    fallback() external payable {}

    function read(uint256 size) external view override returns (bytes memory) {
        uint256 local = size.most(LIMIT);
        return abi.encode(local);
    }

    function load() internal override onlyOwner {
        emit Closed();
    }
}
