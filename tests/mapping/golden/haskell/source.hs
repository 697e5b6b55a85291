{-# LANGUAGE GADTs #-}
-- | Stores of rows.
module Graph.Store
  ( Store (..)
  , open
  , module Graph.Rows
  ) where

import Data.Map (Map)
import qualified Data.Map as Map
import Graph.Rows

-- | How deep.
limit :: Int
limit = 10

data Store a = Store
  { url :: String
  , rows :: [Row a]
  }
  deriving (Show, Eq)

data State = Queued | Running Int
  deriving stock (Eq)

newtype Key = Key {unKey :: String}

type Handler a = a -> IO ()

type family Elem c

data Shape where
  Circle :: Double -> Shape
  Square :: Double -> Shape

class Show r => Reader r where
  type Item r
  read :: r -> Int -> Item r
  close :: r -> IO ()
  close _ = pure ()

instance Reader (Store a) where
  type Item (Store a) = Row a
  read store size = rows store !! size

deriving instance Ord State

open :: String -> IO (Store Int)
open path = do
  let local = normal path
  pure (Store local [])
  where
    normal = map toLower

find :: Eq k => k -> [(k, v)] -> Maybe v
find _ [] = Nothing
find key ((k, v) : rest)
  | key == k = Just v
  | otherwise = find key rest

infixr 5 <~>

(<~>) :: [a] -> [a] -> [a]
left <~> right = left ++ right

double, triple :: Int -> Int
double = (* 2)
triple x = x * 3

pattern Pair :: a -> b -> (a, b)
pattern Pair x y = (x, y)

foreign import ccall "math.h sin" c_sin :: Double -> Double

main :: IO ()
main = mapM_ print [double limit, triple 1]
