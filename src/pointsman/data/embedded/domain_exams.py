"""More whole questions in the manner of examinations, where fields border on each other.

`SEEDS` as in the field modules; statistics against code, circuits against calculus, source texts against law.
"""

from __future__ import annotations

from collections.abc import Sequence

FILLERS: dict[str, Sequence[str]] = {
    "poly": ("s^2 + 4s + 13", "(s + 1)(s + 3)", "s^2 + 5s + 6", "(s + 2)^2", "s^2 + 9"),
    "density": ("2x", "3x^2", "e^(-x)", "k(1 - x)", "1/(x + 1)^2", "x/2"),
    "group_of": (
        "students",
        "voters",
        "light bulbs",
        "patients",
        "customers",
        "families",
        "trees",
        "athletes",
    ),
}

SEEDS: dict[str, str] = {
    "math": """
If P(A) = {dec} and P(B) = {dec}, and A and B are {independent|mutually exclusive}, compute $P(A \\cup B)$ and $P(A \\cap B)$.
Let $X_1, X_2, ..., X_n$ be a random sample from a {normal|Poisson|gamma|Bernoulli} distribution. Find the {maximum likelihood estimator|method of moments estimator|sufficient statistic} of the parameter.
If X has mean {nn} and variance {n}, use Chebyshev's inequality to bound P(|X - {nn}| < {n}).
Let X and Y be independent {Poisson|exponential|normal} random variables with means {n} and {n}. Find P(X + Y > {n}) and the distribution of the sum.
A study of {nnn} {group_of} tests whether a {new treatment|longer time of study|tax} changes the mean score. What are the null hypothesis, the critical region and the p-value?
A newspaper surveys {nnn} {group_of} who called in. Which source of bias, {undercoverage|nonresponse|voluntary response}, makes the estimate of the proportion unreliable?
The heights of {group_of} have a mean of {nn} and a standard deviation of {n}. What is the probability that the mean of a sample of size {nn} exceeds {nn}?
In the least-squares regression of y on x the slope is {f} and r = {dec}. What percent of the variation is explained, and what is the predicted value at x = {n}?
Why is the t-distribution used in place of z for inference about a mean, and what changes when the {sample size|confidence level} grows?
An experiment assigns {nn} {group_of} at random to two groups. What is the difference between blocking and stratified sampling in its design?
A solid stands on the region between y = x^2 and y = {n}. Cross-sections perpendicular to the y-axis are {squares|semicircles|equilateral triangles}. Find the volume.
A particle moves along the curve r(t) = (t, t^2, {n} sin t). Find its velocity vector, the unit tangent and the arc length from t = 0 to t = {n}.
Find parametric equations of the line through ({n}, 0, 1) and the distance from the point to the plane x + {n}y - z = {n}.
Given vectors $a = {n}i + {n}j$ and $b = i - {n}k$, find the cross product, the scalar projection and the volume of the parallelepiped.
Estimate $\\int_0^{n} sqrt(1 + x^{n}) dx$ by the trapezoidal rule and determine whether the improper integral converges.
For the equation $y'' + {n} y' + {n} y = 0, y(0) = a, y'(0) = {n}$. For which value of $a$ does the solution stay {positive|bounded}?
A mass stretches a spring {n} in.; write the differential equation u'' + {n}u' + {nn}u = 0 and find the quasi-frequency of the general solution.
A population obeys the logistic equation dy/dt = {dec}y(1 - y/{nnn}). Find the time at which y reaches {nn} percent of its limit.
Find the fundamental set of solutions and the Wronskian of $t^2 y'' - {n} t y' + {n} y = 0$ for t > 0.
Use Euler's method with step h = 0.{n} to approximate y(1) for y' = {n} - t + {n}y.
Is there a {continuous|holomorphic|bounded entire} function on the {unit disk|whole plane|closed interval} that is {onto C|nowhere differentiable|nonconstant}? Prove it or refute it.
How many {integer solutions|ordered pairs|derangements|lattice paths|necklaces} are there for x + y + z = {nn}?
The thermometer read {n}°F at dawn and rose {nn} degrees by noon. Which integer sentence shows the temperature at noon?
The product of two consecutive {odd|even} integers is {nnn}. Which equation gives the smaller one?
Points A, B and C lie on a circle so that arc AB is {nn}°. Find the inscribed angle, and the area of the trapezoid in square centimetres.
Which of the numbers {n}/{nn}, 0.{nn}, {nn}% is the greatest? Place them on a number line.
If f is differentiable with f({n}) = {n} and f'({n}) = -{n}, what is an approximation to f({n}.1), and is g(x) = x f(x) increasing there?
Find the characteristic of the ring {n}Z, or the sum of the polynomials f(x) = {n}x + {n} and g(x) = x^2 in Z_{n}[x].
If the probability that {group_of} {win|survive|pass} is {dec}, what is the probability that exactly {n} of {nn} do?
Each {box of cereal|raffle ticket} holds one of {n} prizes at random. How many must be bought on average to collect them all?
In a two-player zero-sum game or a fair division among {n} people, find the Shapley value of the first player.
What is the fractal dimension of the {Cantor set|Koch curve|Sierpinski triangle}? Round to three decimals.
""",
    "engineering": """
Expand in partial fractions F(s) = (s + {n})/({poly}) and find f(t) by the inverse Laplace transform.
Find the Laplace transform of the waveform {e^(-{n}t) sin {n}t u(t)|a rectangular pulse of width {n} s|a periodic sawtooth} and its region of convergence.
Compute the unit-sample response of the discrete system y[n] - (1/{n})y[n - 1] = x[n], assuming zero initial conditions.
Solve the difference equation y[n] - {n}y[n - 1] + {n}y[n - 2] = u[n] recursively or with the z-transform.
Given the joint density function f(x, y) = k{density} of a noise process, find its marginal density, autocorrelation and power spectral density.
A random voltage has probability density f(v) = {density} for 0 < v < 1. Find its mean-square value and the probability that the detector threshold of {dec} is exceeded.
In a binary communication channel the a priori probability of a one is {dec} and the transition error is {dec}. Find the Bayes decision rule and the average cost of error.
Find the Fourier transform of a {Gaussian pulse|triangular pulse|gated sinusoid} and the bandwidth of an ideal low-pass filter that passes {nn}% of its energy.
Convert the binary number 1{nnn}0 code to {Gray code|BCD|octal} for a digital display driver; which logic gates, {NAND|NOR}, are universal?
A {ring|ripple|Johnson} counter with {n} flip-flops, an EPROM with {nn} address lines and a 12-bit D/A converter: what is the {resolution|modulus|propagation delay}?
What is the {impedance|admittance|phasor current} of a coil of {dec} henry in series with {nn} ohms at {nn} cycles, and the average power absorbed from {nnn} volts rms?
The h-parameters, y-parameters and ABCD matrix of a {pi|tee|lattice} network of {nn}-ohm resistors are required.
Two coupled coils have self-inductances {n} H and {n} H and a coefficient of coupling of {dec}. Find the mutual inductance and the equivalent series inductance.
Find the Q, the damping ratio and the complete response of a parallel RLC circuit excited by a {step current|unit impulse} of {n} A.
A mixture of {n} lbm of nitrogen and {n} lbm of carbon dioxide is heated in a steady-flow exchanger from {nn}°F to {nnn}°F. Find the heat transfer in Btu and the entropy change per lbm-°R.
Propane at {nnn} psia is throttled; using the {Redlich-Kwong|van der Waals|Beattie-Bridgeman} equation of state, find the fugacity and the Joule-Thomson temperature drop.
A stoichiometric mixture of fuel and {nn}% excess air enters a combustion chamber at {nn}°F. Compute the adiabatic flame temperature and the dew point of the products.
What is the irreversibility, availability and reversible work when {n} lbm of air at {nnn} psia leaks from a pressurized vessel into surroundings at {nn}°F?
A gas turbine plant with a regenerator of effectiveness {dec}, compressor efficiency {dec} and pressure ratio {n}: find the net work in Btu/lbm and the back work ratio.
A rocket nozzle, a {shock tube|diffuser|blow-down tunnel} with air at Mach {f}: find the static temperature, throat area and mass flow in slug/s.
The velocity distribution in an annular {Couette|Poiseuille} flow between cylinders, with a {Bingham|power-law} fluid: derive the shear stress and volumetric flow rate from the momentum balance.
A thermocouple bead {dec} in. in diameter is exposed to a gas with h = {nn} Btu/hr-ft^2-°F. What is its time constant?
A {model|prototype} ship hull {nn} ft long is tested in a towing tank. Use Froude and Reynolds similarity to predict the full-scale drag.
Determine the bearing capacity, settlement or seepage under a {dam|footing} on {clay|sand} with a permeability of {f} × 10^-4 cm/s.
A {V-belt|roller chain|power screw|Geneva wheel|planetary gear train} drive: find the velocity ratio, torque and efficiency for {nn} hp at {nnnn} rpm.
A press-fit collar, a leaf spring or a thick-walled cylinder at {nnnn} psi internal pressure: compute the maximum hoop stress by Lamé's equations and the interference.
A {Hay|Maxwell|Schering|Wien} bridge balances at {nnnn} Hz. Which unknown, an inductance or a capacitance, is measured and with what detector?
""",
    "computer science": """
Statement 1| {Increasing k in k-nearest neighbors|A larger weight decay|A deeper tree|A smaller learning rate} increases {bias|variance|training error}. Statement 2| The {ELU|sigmoid|softmax|GELU} activation is always {monotone|nonnegative}.
For a Gaussian mixture trained with EM, a Boolean Bayesian network A → B ← C with {n} nodes needs how many independent parameters?
The numerical output of a sigmoid node, the gradient of cross-entropy loss and the confusion matrix: compute {precision|recall|F1} for {nn} true and {n} false positives.
Which of the following is true of a {MAC address|stateful firewall|certificate authority|session cookie|stream cipher|one-time pad|honeypot|VPN tunnel}?
In the Java class below, the method private int sum(int[] a) is not shown. Which replacement for /* missing code */ {prints each row|returns the average|swaps two elements} as intended?
The grid program uses procedures such as MOVE_FORWARD and ROTATE_LEFT to steer a robot. Which code segment brings it to the {gray|upper right} square?
Which of these does not hold for {vector graphics|a relational table|a purely paged memory system|a RISC architecture|object code|sampled audio}?
A programmer wants to know whether two lists contain {the same value|a duplicate}. Which algorithm on n items runs in {linear|logarithmic|quadratic} time?
Define the terms '{variable|subroutine|pseudocode|assembler|debugging|flowchart|operating system|time-sharing}' as used in programming of early computers.
Write a {BASIC|FORTRAN|COBOL} program that {reads N scores and prints the mean|finds the roots of a quadratic|generates prime numbers|computes compound interest|simulates coin tossing}.
""",
    "physics": """
Compared with a {heavy|light} object dropped in a vacuum, a feather falls
A boat heads across a river {nnn} m wide with a speed of {f} m/s while the current flows at {f} m/s. Where does it land?
A coasting cyclist, an elevator cable and a pulley: two masses of {n} kg and {n} kg hang over a light frictionless pulley. Find the tension.
Water flows through a horizontal pipe of diameter {n} cm that narrows to {n} cm; the speed is {f} m/s. What is the pressure drop by Bernoulli's equation?
A thin film of oil, n = {f}, floats on water and looks {green|red} in reflected light. What is its least thickness?
Two thin lenses of powers +{n} and -{n} diopters are in contact. What is the focal length of the combination, and the position of the principal planes?
A microscope has an objective of focal length {n} mm and an eyepiece of {n} cm. Find the magnifying power and the numerical aperture.
Linearly polarized light goes through a quartz plate cut {parallel|perpendicular} to the optic axis. What is the rotation or phase difference between the O and E rays?
A zone plate, a Fresnel biprism and a single slit of width {dec} mm: at what distance is the first {bright|dark} band for λ = {nnnn} Å?
How many moons does {Jupiter|Neptune|Mars} have; which planet looks {bluish|striped}; how long is its day?
A star has an apparent magnitude of {n} and a parallax of 0.0{n} arcseconds. What are its distance in parsecs and its absolute magnitude?
One mole of an ideal gas with Cv = 3R/2 goes from {n} bar and {nnn} K to {n} bar. Compute q, w, ΔU and ΔH for the {reversible|irreversible} path.
An automobile tire is filled to {nn} psi at {nn}°F. What does the gauge read when the air warms to {nnn}°F?
The displacement of a damped oscillator with natural frequency {n} rad/s falls to 1/e in {n} s. What is its Q, and what are the normal modes of two coupled pendulums?
How fast must a {train|rocket} go so that its clock loses {n} seconds a day for a stationary observer?
""",
    "chemistry": """
How many {molecules|atoms of hydrogen|ions} are in {f} g of {ethanol|ammonium sulfate|glucose|calcium nitrate}? (Avogadro's number 6.02 × 10^23)
The fundamental vibrational wavenumber of $^1H^35Cl$ is {nnnn} cm^-1. Calculate the force constant of the bond and the zero-point energy.
An electron of a conjugated polyene is treated as a particle in a box of length {dec} nm. Predict the wavelength of the lowest transition of the dye.
What is the quantum number l of a {d|f|g} orbital, how many radial nodes does it have and what degeneracy has the hydrogen level n = {n}?
The unit cells of {SbCl3|perovskite|sulfur} are orthorhombic with sides {nnn} pm and {nnn} pm. Calculate the spacing of the ({n}{n}1) planes.
Nitric acid in rain, SO2 from coal smoke, and Freons in the ozone layer: write the reactions and calculate the tons of {limestone|lime} needed to remove {nnn} tons of pollutant.
The activity coefficient of {KCl|LaCl3|ZnSO4} at an ionic strength of {dec} from the Debye-Hückel limiting law
Benzaldehyde, aniline and phenol are dissolved in ether. Which of them is extracted with {dilute HCl|NaOH|NaHSO3}?
A {nn}-mg sample of {radium|tritium|carbon-14} has decayed to one {n}th of its activity. How old is it, and what is the decay constant?
What weight of {sulfuric acid|chlorine|ammonia} can be made from {nnn} kg of {pyrite|brine|nitrogen}, assuming {nn}% yield?
Which of the following pairs will react when aqueous solutions of {BaCl2 and Na2SO4|AgNO3 and NaCl|KOH and HNO3} are mixed? Write the net ionic equation.
Which statement about {the atomic radius along a period|first ionization energies|boiling points of the hydrogen halides|metallic oxides} is correct?
""",
    "health": """
Compared with younger adults, older adults {recall names|react to signals|report well-being|learn new software}
Research on social support, friendship and widowhood in later life indicates that {older women|widowers|grandparents|caregivers}
The theory of aging that stresses {wear and tear|free radical damage|disengagement|activity|continuity|antagonistic pleiotropy} says that
Longitudinal studies of aging, such as those of {Baltimore|Berlin|twins}, find that personality and intelligence after 70
Which factor best predicts {a long healthy life|successful aging|moving to a nursing home|depression among elderly caregivers}?
Older people's rates of {crime victimization|sexual activity|volunteering|poverty|depression} are generally
During a {marathon|sprint|bout of resistance training}, muscle fibres of type {I|II} rely on
Genetic imprinting, X inactivation, anticipation and loss of heterozygosity in human disease: which is seen in {fragile X|Angelman syndrome|myotonic dystrophy}?
Which cytogenetic or DNA test, {FISH|karyotyping|sequencing|Southern blot|array CGH}, is used in {prenatal diagnosis|cancer|carrier screening}?
Which of the following statements about {vitamin K|ketone bodies|plant sterols|glycogen storage|lipoproteins} in human nutrition is correct?
The thermic effect of food, resting energy and physical activity level: how are they measured with {doubly labelled water|indirect calorimetry}?
In which cells do {rotaviruses|papillomaviruses|herpesviruses|coronaviruses|adenoviruses} replicate, and how is the viral {genome|capsid|envelope} organised?
A vaccine trial in {nnnn} volunteers shows {nn}% efficacy. Which immune cells or antibodies give protection against the virus?
Through which vessel or chamber does blood pass just after the {right ventricle|renal artery|coronary sinus|hepatic vein}?
The {knee jerk|pupillary light|gag|corneal} reflex tests which cranial or spinal nerves?
The {cerebral aqueduct|thoracic duct|inguinal canal|middle ear|sinoatrial node|vocal cord|tooth pulp} connects, contains or supplies
""",
    "biology": """
How does the {kidney nephron|pituitary|parathyroid|liver|adrenal medulla} of vertebrates keep the internal environment constant?
What happens to {starch|fat|protein} as it passes through the digestive tract of man, and which enzymes act at which pH?
What adaptations allow {desert plants|whales|migratory birds|polar bears|intestinal parasites} to live where they do?
Explain how {the human eye focuses|the heart beat is regulated|blood clots|a nerve impulse crosses a synapse|an antibody recognizes antigen}.
Discuss the evidence that {Darwin|Mendel|Lamarck|Morgan|Watson and Crick|Lynn Margulis|Pasteur} used for the theory linked with the name.
What is the probability that a couple, both {carriers of albinism|heterozygous for brown eyes}, will have {n} children of whom the first is affected?
A test cross of a dihybrid fly gives {nnn} parental and {nn} recombinant flies. Locate the genes and explain the map distance.
In {mice|cattle|Drosophila|tomatoes}, coat or eye {color|shape} depends on two interacting loci. Explain a 9:3:4 or 13:3 ratio.
Why are {bryophytes|ferns|algae|lichens|club mosses} restricted to moist habitats, while seed plants are not?
Differences in {song|flowering time|courtship dance|genital structure} keep two closely related species from interbreeding. This is
If a cell's {Na+/K+ pumps|microtubules|ribosomes|gap junctions} were blocked by a poison, what process would stop first?
Which statement about {lipids|nucleic acids|polysaccharides|transfer RNA|the genetic code|cyclins|phospholipid bilayers} in cells is correct?
Which structure is found in {bacteria|animal cells|plant cells|fungi} but not in the others?
""",
}
