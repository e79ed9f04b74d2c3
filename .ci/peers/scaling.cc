// Solves a minimum-cost flow problem in DIMACS format by LEMON's cost scaling, LEMON's second method, which
// dimacs-solver does not offer, and says so as dimacs-solver does of the first one:
//
//   g++ -O2 -DNDEBUG -o scaling scaling.cc    (the headers are Debian's liblemon-dev)
//   scaling FILE
#include <fstream>
#include <iostream>

#include <lemon/cost_scaling.h>
#include <lemon/dimacs.h>
#include <lemon/smart_graph.h>
#include <lemon/time_measure.h>

int main(int, char **argv) {
  typedef lemon::SmartDigraph Graph;
  typedef long long Number;
  typedef lemon::CostScaling<Graph, Number> Method;
  Graph graph;
  Graph::ArcMap<Number> lower(graph), upper(graph), cost(graph);
  Graph::NodeMap<Number> supply(graph);
  std::ifstream file(argv[1]);
  lemon::readDimacsMin(file, graph, lower, upper, cost, supply);

  Method method(graph);
  method.lowerMap(lower).upperMap(upper).costMap(cost).supplyMap(supply);
  lemon::Timer timer;
  if (method.run() != Method::OPTIMAL) {
    std::cerr << "no optimal flow\n";
    return 1;
  }
  std::cerr << "Run CostScaling: real: " << timer.realTime() << "s\nMin flow cost: " << method.totalCost() << "\n";
}
